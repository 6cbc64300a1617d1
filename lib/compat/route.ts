import type { z } from "zod";
import type { Actor, Caller } from "#lib/core/actor.ts";
import type { Allow } from "#lib/core/authorize.ts";
import type { Refusal } from "#lib/core/errors.ts";
import type { Operation } from "#lib/core/operation.ts";
import type { BodyFormat } from "./body.ts";
import type { Names } from "./names.ts";

/** Reads a header by its lower-case name. */
export type Header = (name: string) => string | undefined;

/** The fields of an input by their names; what stands in them is for the operation to judge. */
export type Raw<I extends z.ZodType> = { [K in keyof z.input<I>]: unknown };

/** Runs an operation as whoever asks. */
export type Run = <I extends z.ZodType, O extends z.ZodType, A extends Allow>(
  operation: Operation<I, O, A>,
  input: Raw<I>,
) => Promise<z.output<O>>;

/**
 * What came in with a request. `path` are the parts of the address, decoded once; `body` its fields, whatever they
 * hold.
 */
export type ApiRequest<Body = Record<string, unknown>> = {
  path: Record<string, string>;
  query: URLSearchParams;
  body: Body;
  header: Header;
  /** Who asks; on an address that wants no token, nobody. */
  actor: Actor | null;
  /** Reads the body in the middle of things, for an address that looks at something else first. */
  read<T>(format: BodyFormat<T>): Promise<T>;
  run: Run;
};

/** What is answered; a body of undefined is none at all, and JSON in pieces is sent as they come. */
export type Answer = { status: number; headers?: Record<string, string>; body?: unknown };

/** One address of a compatible API: what is asked for, and with which status and in which shape it is answered. */
export type ApiRoute = {
  route: string;
  status: 200 | 201 | 204;
  /** How its body is written; none is read without it. */
  body?: BodyFormat;
  /** It wants no token of a person, and one that is sent counts for nothing. */
  isOpen?: boolean;
  headers?: Record<string, string>;
  /** What fields are called here, where that differs from the rest of the API. */
  names?: Names;
  /** What it says of a refusal in its own words. */
  words?(refusal: Refusal): Refusal;
  act(asked: ApiRequest): Promise<unknown>;
};

/** A compatible API: its addresses, where its clients put their token, and how it says no. */
export type CompatibleApi = {
  routes: ApiRoute[];
  /** What parts of addresses look like, as regular expressions; a part that is not named here may be anything. */
  parts?: Record<string, string>;
  /** The token that was sent; undefined without one. Refuses `token_malformed` for what can be none. */
  token(header: Header): string | undefined;
  /** Whose token it is; one of a person or an API user where this is left out. Refuses what holds nobody. */
  authenticate?(token: string, caller: Caller): Promise<Actor>;
  /** Headers that count beside the token, the user agent and the address, e.g. the cookie of a known device. */
  callerHeaders?: string[];
  /** What the fields of operations are called by its clients, where that differs. */
  names?: Names;
  /** How it says no; fields are named by then as its clients name them. */
  refuse(refusal: Refusal): Answer;
};
