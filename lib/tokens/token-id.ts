import { uuid } from "#lib/core/fields.ts";

export const tokenId = uuid().meta({ description: "The token's id" });
