// As programs/vips_cold.cpp, whose arguments, input and output these are: sharp in as many processes as asked for.
//
//   node in_process.cjs SHARP SOURCE PROCESSES SECONDS < jobs
//   node in_process.cjs SHARP SOURCE OUT < jobs
'use strict';

const { fork } = require('node:child_process');
const fs = require('node:fs');
const { render, setUp } = require('./render.cjs');

const [modulePath, source, processesOrOut, seconds] = process.argv.slice(2);

const usage = () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return { processorSeconds: (userCPUTime + systemCPUTime) / 1e6, peakKib: maxRSS };
};

// One job after the other, as the parent hands them out; null is the end.
const work = () => {
  const sharp = require(modulePath);
  setUp(sharp);
  let before = null;
  process.on('message', async (job) => {
    if (job === null) {
      const { processorSeconds, peakKib } = usage();
      process.send({ processorSeconds: processorSeconds - before, peakKib }, () => process.exit(0));
      return;
    }
    const { length } = await render(sharp, source, job);
    before ??= usage().processorSeconds; // the first is not measured
    process.send({ bytes: length });
  });
};

const readJobs = () =>
  fs.readFileSync(0, 'utf8').trim().split('\n').map((line) => {
    const [output, width, quality] = line.split(' ');
    return { output, width: Number(width), quality: Number(quality) };
  });

const lead = async (jobs, processes) => {
  const env = { ...process.env, SHARP_WORKER: '1' };
  const workers = Array.from({ length: processes }, () => fork(__filename, process.argv.slice(2), { env }));
  const next = (worker) =>
    new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('exit', (code) => reject(new Error(`a process ended with ${code}`)));
    });
  const ask = (worker, job) => {
    worker.removeAllListeners();
    const answer = next(worker);
    worker.send(job);
    return answer;
  };
  await Promise.all(workers.map((worker) => ask(worker, jobs[0])));

  const waiting = [...jobs].reverse();
  const total = { jobs: 0, bytes: 0, processor_seconds: 0, peak_rss_kib: 0 };
  const began = performance.now();
  const lastStart = began + Number(seconds) * 1000;
  await Promise.all(
    workers.map(async (worker) => {
      while (waiting.length > 0 && performance.now() < lastStart) {
        total.bytes += (await ask(worker, waiting.pop())).bytes;
        total.jobs += 1;
      }
    }),
  );
  total.seconds = (performance.now() - began) / 1000;
  for (const { processorSeconds, peakKib } of await Promise.all(workers.map((worker) => ask(worker, null)))) {
    total.processor_seconds += processorSeconds;
    total.peak_rss_kib = Math.max(total.peak_rss_kib, peakKib);
  }
  process.stdout.write(`${JSON.stringify(total)}\n`);
};

const write = async (job, file) => {
  const sharp = require(modulePath);
  setUp(sharp);
  fs.writeFileSync(file, await render(sharp, source, job));
};

if (process.env.SHARP_WORKER === '1') {
  work();
} else {
  const done = seconds === undefined ? write(readJobs()[0], processesOrOut) : lead(readJobs(), Number(processesOrOut));
  done.catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
}
