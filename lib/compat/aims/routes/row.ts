import type { z } from "zod";
import type { Allow } from "#lib/core/authorize.ts";
import type { Operation } from "#lib/core/operation.ts";
import type { ApiRequest, ApiRoute, Raw } from "../../route.ts";
import { type DecodedBody, objectOf, type Shape } from "../body.ts";
import { type OwnWords, ownRefusal } from "../errors.ts";

/** What came in with a request; of its body, the properties that the row names. */
export type AimsRequest<S extends Shape = Shape> = ApiRequest<DecodedBody<S>>;

/** Which properties are read of a body, whether no token is wanted, and what is said in the row's own words. */
type Extras<S extends Shape> = { body?: S; isOpen?: boolean; words?: OwnWords };

/** A row that is one operation: its input out of what was asked, its output in the words of the API. */
export const row = <I extends z.ZodType, O extends z.ZodType, A extends Allow, S extends Shape = Record<never, never>>(
  route: string,
  operation: Operation<I, O, A>,
  toInput: (asked: AimsRequest<S>) => Raw<I>,
  toOutput: (output: z.output<O>) => unknown,
  status: ApiRoute["status"],
  extras: Extras<S> = {},
): ApiRoute =>
  rowOf(route, async (asked: AimsRequest<S>) => toOutput(await asked.run(operation, toInput(asked))), status, extras);

/** A row for which it takes more than one operation, or another one each time. */
export const rowOf = <S extends Shape = Record<never, never>>(
  route: string,
  act: (asked: AimsRequest<S>) => Promise<unknown>,
  status: ApiRoute["status"],
  { body, isOpen = false, words }: Extras<S> = {},
): ApiRoute => ({
  route,
  status,
  isOpen,
  body: body && objectOf(body, isOpen),
  words: words && ownRefusal(words),
  act: act as ApiRoute["act"],
});

/** Nothing is said. */
export const silent = (): undefined => undefined;
