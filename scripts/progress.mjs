import { spawn } from "node:child_process";

/** A failure that a person can put right: what happened, the remedy, and what the failing program said, if anything. */
export class Failure extends Error {
  constructor(message, remedy, output = "") {
    super(message);
    this.remedy = remedy;
    this.output = output;
  }
}

/** Prints a failure so that the remedy is the last thing one reads, and ends with exit code 1. */
export function giveUp(error) {
  if (!(error instanceof Failure)) throw error;
  if (error.output) console.error(`${error.output.trim().split("\n").slice(-40).join("\n")}\n`);
  console.error(`${error.message}\n${error.remedy}`);
  process.exit(1);
}

/** Runs a program without showing what it prints, but that it is at work: `{ ok, output, seconds }`. */
export async function quietly(title, command, args, options = {}) {
  const began = Date.now();
  const seconds = () => Math.round((Date.now() - began) / 1000);
  process.stdout.write(`${title} …`);
  const ticking = setInterval(() => process.stdout.write(` ${seconds()} s …`), 10_000);
  const result = await collect(command, args, options);
  clearInterval(ticking);
  process.stdout.write(result.ok ? ` done in ${seconds()} s.\n` : " failed.\n");
  return { ...result, seconds: seconds() };
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"];

/** Runs a program out of sight: `{ ok, output }`. */
export function collect(command, args, options) {
  return new Promise((done) => {
    const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const keep = (chunk) => {
      output = (output + chunk).slice(-200_000);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    const giveWay = (signal) => {
      child.kill(signal);
      process.exit(1);
    };
    const settle = (ok, more = "") => {
      for (const signal of signals) process.off(signal, giveWay);
      done({ ok, output: output + more });
    };
    for (const signal of signals) process.on(signal, giveWay);
    child.on("error", (error) => settle(false, `\n${error.message}`));
    child.on("close", (code) => settle(code === 0));
  });
}

const remedies = [
  [
    /ENOSPC|no space left/i,
    "The disk is full. Make room (Latchkey with its dependencies needs about 1.5 GB), then try again.",
  ],
  [/EDQUOT/, "Your disk quota is used up. Make room, then try again."],
  [
    /EACCES|EPERM|EROFS|permission denied/i,
    "Permission was denied. Use a clone of your own, or give this folder to your user (chown -R).",
  ],
  [
    /ENOTCACHED|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|network/,
    "The package registry cannot be reached. Connect to the network; behind a proxy, `npm config set proxy http://…`.",
  ],
  [/E40[134]\b/, "The package registry refuses. Look at its address and your access: `npm config get registry`."],
  [
    /EUSAGE|EINTEGRITY|package-lock/,
    "Put package-lock.json back as it was (`git checkout package-lock.json`), then try again.",
  ],
  [/heap out of memory|Killed|SIGKILL/i, "There is too little memory: about 2 GB must be free."],
];

/** Words on what to do about a program's failure, by what it printed. */
export function remedyFor(output, otherwise) {
  return remedies.find(([pattern]) => pattern.test(output))?.[1] ?? otherwise;
}
