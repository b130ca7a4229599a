// A render by sharp, with the settings of rucola's encoders. `sharp` is the module, loaded by whoever calls.
'use strict';

const white = { r: 255, g: 255, b: 255 };

exports.setUp = (sharp) => {
  sharp.concurrency(1); // a process a core
  sharp.cache(false);
};

exports.render = (sharp, file, { output, width, quality }) => {
  const image = sharp(file).autoOrient().resize({ width });
  switch (output) {
    case 'jpg':
      return image.flatten({ background: white }).jpeg({ quality, optimiseCoding: true, chromaSubsampling: '4:2:0' }).toBuffer();
    case 'webp':
      return image.webp({ quality, effort: 4 }).toBuffer();
    case 'avif':
      return image.avif({ quality, effort: 2, chromaSubsampling: '4:2:0' }).toBuffer();
    case 'png':
      return image.png({ compressionLevel: 7, adaptiveFiltering: false }).toBuffer();
    default:
      throw new Error(`no output ${output}`);
  }
};
