"use server";

import { action } from "#lib/http/next/action.ts";
import * as data from "#lib/people/data-export/operations.ts";

/** The zip as text, which a form's answer can carry. */
export const exportData = action(data.exportData, async ({ content, contentType, fileName }) => ({
  base64: Buffer.from(content).toString("base64"),
  contentType,
  fileName,
}));
