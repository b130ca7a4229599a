// The npm package `thumbhash`, unchanged.
//   encode WIDTH HEIGHT   the hash, in base64, of the RGBA pixels that come on stdin
//   decode HASH           the RGBA pixels that a hash stands for, in base64
import { readFileSync } from "node:fs";
import { rgbaToThumbHash, thumbHashToRGBA } from "thumbhash";

const [order, ...rest] = process.argv.slice(2);
const bytes = order === "encode"
  ? rgbaToThumbHash(Number(rest[0]), Number(rest[1]), readFileSync(0))
  : thumbHashToRGBA(Buffer.from(rest[0], "base64")).rgba;
console.log(Buffer.from(bytes).toString("base64"));
