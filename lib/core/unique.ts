import { breaks, conflict, type Refusal } from "./errors.ts";

/** The refusal of a value that another row has: `conflict`, on the field. */
export const taken = (field: string, message: string): Refusal =>
  conflict(message, [{ pointer: `/${field}`, code: "taken", message }]);

/** For `.catch` of a statement: refuses what breaks the unique constraint, and throws on what else went wrong. */
export const takenBy =
  (constraint: string, message: string, field = "name") =>
  (error: unknown): never => {
    throw breaks(constraint, error) ? taken(field, message) : error;
  };
