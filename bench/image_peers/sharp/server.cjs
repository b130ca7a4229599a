// sharp behind node's own HTTP server, a process a core: what one would write with it.
//
//   node server.cjs SHARP FOLDER PORT PROCESSES      GET /FILE?output=jpg&width=720&quality=80
'use strict';

const cluster = require('node:cluster');
const http = require('node:http');
const path = require('node:path');
const { render, setUp } = require('./render.cjs');

const [modulePath, folder, port, processes] = process.argv.slice(2);
const types = { jpg: 'image/jpeg', webp: 'image/webp', avif: 'image/avif', png: 'image/png' };

const answer = async (sharp, request, response) => {
  const url = new URL(request.url, 'http://localhost');
  const output = url.searchParams.get('output');
  try {
    const body = await render(sharp, path.join(folder, path.basename(url.pathname)), {
      output,
      width: Number(url.searchParams.get('width')),
      quality: Number(url.searchParams.get('quality')),
    });
    response.writeHead(200, { 'Content-Type': types[output], 'Content-Length': body.length });
    response.end(body);
  } catch (error) {
    response.writeHead(422);
    response.end(error.message);
  }
};

if (cluster.isPrimary) {
  for (let i = 0; i < Number(processes); i += 1) cluster.fork();
} else {
  const sharp = require(modulePath);
  setUp(sharp);
  http.createServer((request, response) => {
    if (request.url === '/') response.end('up');
    else answer(sharp, request, response);
  }).listen(Number(port), '127.0.0.1');
}
