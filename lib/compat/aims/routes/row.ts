import type { z } from "zod";
import type { Actor } from "#lib/core/actor.ts";
import type { Allow } from "#lib/core/authorize.ts";
import type { Operation } from "#lib/core/operation.ts";
import type { DecodedBody, Shape } from "../body.ts";
import type { OwnWords } from "../errors.ts";

/** The fields of an input by their names; what stands in them is for the operation to judge. */
type Raw<I extends z.ZodType> = { [K in keyof z.input<I>]: unknown };

/** What came in with a request. `path` are the parts of the address, decoded once; `query` as it stands there. */
export type AimsRequest<S extends Shape = Shape> = {
  path: Record<string, string>;
  query: URLSearchParams;
  body: DecodedBody<S>;
  header(name: string): string | undefined;
  /** Who asks; on an address that wants no token, nobody. */
  actor: Actor | null;
  /** The body as a list of names, for the one address that takes no object. */
  names(): Promise<string[]>;
  /** Runs an operation as whoever asks. */
  run<I extends z.ZodType, O extends z.ZodType, A extends Allow>(
    operation: Operation<I, O, A>,
    input: Raw<I>,
  ): Promise<z.output<O>>;
};

/**
 * One address of the API: what is asked for, and with which status and in which shape it is answered. `answer` is
 * undefined where there is no body; a stream is written as it comes.
 */
export type AimsRoute = {
  route: string;
  status: 200 | 201 | 204;
  /** Which properties are read of a body; none is read without it. */
  body?: Shape;
  /** No token is wanted, and one that is sent counts for nothing. */
  isOpen?: boolean;
  words?: OwnWords;
  act(asked: AimsRequest): Promise<unknown>;
};

type Extras<S extends Shape> = { body?: S; isOpen?: boolean; words?: OwnWords };

/** A row that is one operation: its input out of what was asked, its output in the words of the API. */
export const row = <I extends z.ZodType, O extends z.ZodType, A extends Allow, S extends Shape = Record<never, never>>(
  route: string,
  operation: Operation<I, O, A>,
  toInput: (asked: AimsRequest<S>) => Raw<I>,
  toOutput: (output: z.output<O>) => unknown,
  status: AimsRoute["status"],
  extras: Extras<S> = {},
): AimsRoute =>
  rowOf(route, async (asked: AimsRequest<S>) => toOutput(await asked.run(operation, toInput(asked))), status, extras);

/** A row for which it takes more than one operation, or another one each time. */
export const rowOf = <S extends Shape = Record<never, never>>(
  route: string,
  act: (asked: AimsRequest<S>) => Promise<unknown>,
  status: AimsRoute["status"],
  extras: Extras<S> = {},
): AimsRoute => ({ route, status, ...extras, act: act as AimsRoute["act"] });

/** Nothing is said. */
export const silent = (): undefined => undefined;
