// Drives the unchanged npm packages `rokka` and `rokka-render` by orders that come as JSON lines on stdin; answers go to
// stdout, one line each, in order. "rokka-render.getUrl" is that package's, every other name the client's; the order
// {"methods": true} is answered by the names of all that both can do. With {"keepsToken": true} in its configuration the
// client keeps a token in a variable, as a page would keep it in its local storage. An argument {"$buffer": base64} becomes a
// Buffer, {"$stream": path} a stream of that file, {"$url": text} a URL, {"$undefined": true} undefined, and {"$date": text} as
// `until` a Date.
'use strict'

const fs = require('fs')
const readline = require('readline')
const { default: makeRokka } = require('rokka')
const rokkaRender = require('rokka-render')

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
  if (value && value.$url !== undefined) return new URL(value.$url)
  if (value && value.$undefined) return undefined
  if (value && value.$stream !== undefined) return fs.createReadStream(value.$stream)
  return value
}

async function plainBody(body) {
  if (body && typeof body.pipe === 'function') {
    const pieces = []
    for await (const piece of body) pieces.push(piece)
    body = Buffer.concat(pieces)
  }
  return Buffer.isBuffer(body) ? { $buffer: body.toString('base64') } : body
}

function plainHeaders(response) {
  const headers = response && response.response && response.response.headers
  const plain = {}
  if (headers && typeof headers.forEach === 'function') headers.forEach((value, name) => { plain[name] = value })
  return plain
}

// Of an object, its prototypes and the objects that it consists of; names with an underscore and `state` are its own affair.
function methodsOf(object, prefix) {
  const names = new Set()
  for (let one = object; one && one !== Object.prototype; one = Object.getPrototypeOf(one)) {
    Object.getOwnPropertyNames(one).forEach(name => names.add(name))
  }
  const found = []
  for (const name of names) {
    if (name === 'constructor' || name === 'state' || name.startsWith('_')) continue
    const member = object[name]
    if (typeof member === 'function') found.push(prefix + name)
    else if (member && typeof member === 'object') found.push(...methodsOf(member, prefix + name + '.'))
  }
  return found
}

async function obey(order) {
  if (order.methods) return { result: [...methodsOf(rokka, ''), ...methodsOf({ ...rokkaRender }, 'rokka-render.')] }
  const names = order.call.split('.')
  const last = names.pop()
  const root = names[0] === 'rokka-render' ? { 'rokka-render': rokkaRender } : rokka
  const owner = names.reduce((object, name) => object[name], root)
  const result = await owner[last](...order.arguments.map(argument))
  if (result === null || typeof result !== 'object' || result.statusCode === undefined) return { result }
  return { status: result.statusCode, body: await plainBody(result.body), headers: plainHeaders(result) }
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    let answer
    try {
      answer = await obey(JSON.parse(line))
    } catch (error) {
      answer = { thrown: true, status: error.statusCode, body: await plainBody(error.body), error: await plainBody(error.error),
                 message: error.message, headers: plainHeaders(error) }
    }
    process.stdout.write(JSON.stringify(answer) + '\n')
  }
}

main()
