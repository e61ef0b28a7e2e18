// One line every 50 ms for a while, then a normal end.
let lines = 0;
const timer = setInterval(() => {
  console.log(`line ${++lines}`);
  if (lines === Number(process.env.TEST_LINES ?? 60)) clearInterval(timer);
}, 50);
