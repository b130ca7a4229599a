// Drives the unchanged npm package `rokka` by orders that come as JSON lines on stdin; answers go to stdout, one line
// each, in order. With {"keepsToken": true} in its configuration the package keeps a token in a variable, as a page
// would keep it in its local storage. An argument {"$buffer": base64} becomes a Buffer, {"$stream": path} a stream of that file, and
// {"$date": text} as `until` a Date.
'use strict'

const fs = require('fs')
const readline = require('readline')
const { default: makeRokka } = require('rokka')

const config = JSON.parse(process.argv[2])
if (config.keepsToken) {
  let kept = null
  config.apiTokenGetCallback = () => kept
  config.apiTokenSetCallback = token => { kept = token }
  delete config.keepsToken
}
const rokka = makeRokka(config)

function argument(value) {
  if (value && value.until && value.until.$date) return { ...value, until: new Date(value.until.$date) }
  if (value && value.$buffer !== undefined) return Buffer.from(value.$buffer, 'base64')
  if (value && value.$stream !== undefined) return fs.createReadStream(value.$stream)
  return value
}

function plainBody(body) {
  if (Buffer.isBuffer(body)) return { $buffer: body.toString('base64') }
  if (body && typeof body.pipe === 'function') return { $stream: true }
  return body
}

function plainHeaders(response) {
  const headers = response && response.response && response.response.headers
  const plain = {}
  if (headers && typeof headers.forEach === 'function') headers.forEach((value, name) => { plain[name] = value })
  return plain
}

async function obey(order) {
  const names = order.call.split('.')
  const last = names.pop()
  const owner = names.reduce((object, name) => object[name], rokka)
  const result = await owner[last](...order.arguments.map(argument))
  if (result === null || typeof result !== 'object' || result.statusCode === undefined) return { result }
  return { status: result.statusCode, body: plainBody(result.body), headers: plainHeaders(result) }
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    let answer
    try {
      answer = await obey(JSON.parse(line))
    } catch (error) {
      answer = { thrown: true, status: error.statusCode, body: plainBody(error.body), error: plainBody(error.error),
                 message: error.message, headers: plainHeaders(error) }
    }
    process.stdout.write(JSON.stringify(answer) + '\n')
  }
}

main()
