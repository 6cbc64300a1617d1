import { headers } from "next/headers";
import type { z } from "zod";
import type { Allow } from "#lib/core/authorize.ts";
import { asRefusal } from "#lib/core/errors.ts";
import { execute } from "#lib/core/execute.ts";
import type { Operation } from "#lib/core/operation.ts";
import { callerOf } from "../callers.ts";
import { peerHeader } from "../headers.ts";
import { problemOf } from "../problem.ts";

/** Runs an operation as a program with this secret would, from this browser's address: status and body, written out. */
export async function tryOut<I extends z.ZodType, O extends z.ZodType, A extends Allow>(
  operation: Operation<I, O, A>,
  secret: string,
): Promise<{ status: number; body: string }> {
  const given = await headers();
  const said: Record<string, string> = { authorization: `Bearer ${secret}`, "user-agent": "Latchkey-test" };
  const peer = given.get(peerHeader) ?? undefined;
  const caller = callerOf({ method: "GET", peer, header: (name) => said[name] ?? given.get(name) ?? undefined });
  try {
    const { output } = await execute(operation, caller, {});
    return { status: 200, body: written(output) };
  } catch (error) {
    const refusal = asRefusal(error);
    return { status: refusal.status, body: written(problemOf(refusal, caller.requestId)) };
  }
}

const written = (answer: unknown) => JSON.stringify(answer, null, 2);
