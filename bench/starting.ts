import { spawn } from "node:child_process";
import { once } from "node:events";
import { get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "./processes.ts";
import { asStarted } from "./rig.ts";

/** Starts the portal and answers how many seconds it took until it answered. */
export async function timeStart(env: Record<string, string>): Promise<number> {
  const port = await freePort();
  const began = performance.now();
  const own = { ...process.env, ...env, PORT: String(port) };
  const child = spawn(process.execPath, [...asStarted, "server.ts"], { env: own, stdio: "ignore" });
  try {
    while (!(await answers(port))) {
      if (child.exitCode !== null || performance.now() - began > 30_000) throw new Error("the portal does not start");
      await sleep(5);
    }
    return (performance.now() - began) / 1000;
  } finally {
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ port, host: "127.0.0.1", path: "/api/v1/setup", agent: false }, (response) => {
      response.resume();
      response.once("end", () => resolve(response.statusCode === 200));
    });
    request.once("error", () => resolve(false));
  });
}
