import { z } from "zod";

/** The id of an access key, as it is typed: capitals count as small letters. */
export const accessKeyId = z
  .string()
  .toLowerCase()
  .regex(/^[0-9a-f]{16}$/, "An access key's id is 16 hexadecimal digits.")
  .meta({ description: "The access key's id", example: "61fb235617960503" });
