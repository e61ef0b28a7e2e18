/**
 * Loaded before a program (`node --import`): its clock shows another time, and goes on from there. So the query service takes the
 * end of data that were made beforehand for now.
 */
const offsetMs = Number(process.env["BENCH_CLOCK_OFFSET_MS"]);
const systemNow = Date.now.bind(Date);
Date.now = () => systemNow() + offsetMs;
