// The npm package `thumbhash`, unchanged: the hash, in base64, of the RGBA pixels that come on stdin.
// Arguments: width, height.
import { readFileSync } from "node:fs";
import { rgbaToThumbHash } from "thumbhash";

const [width, height] = process.argv.slice(2).map(Number);
console.log(Buffer.from(rgbaToThumbHash(width, height, readFileSync(0))).toString("base64"));
