// Draws layers of TensorFlow.js: reads cases of check.py line by line, answers each with a line of JSON and the numbers of weights and
// biases as float32.
const readline = require("node:readline");
// it recommends its native backend at every start
console.log = console.warn = console.info = () => {};
const tf = require("@tensorflow/tfjs");

// the seeds that nobody gave, the same in every run
let state = 1;
Math.random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
};

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const { code, fan_in: fanIn, fan_out: fanOut } = JSON.parse(line);
  try {
    const layer = new Function("tf", "fanIn", "fanOut", `${code}\nreturn layer;`)(tf, fanIn, fanOut);
    layer.build([null, fanIn]);
    const all = layer.getWeights();
    process.stdout.write(JSON.stringify({ shapes: all.map((one) => one.shape) }) + "\n");
    for (const one of all) {
      process.stdout.write(Buffer.from(new Uint8Array(one.dataSync().slice().buffer)));
    }
    layer.weights.forEach((one) => one.dispose());
  } catch (why) {
    process.stdout.write(JSON.stringify({ error: String(why) }) + "\n");
  }
});
