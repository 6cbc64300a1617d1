"use server";

import { z } from "zod";
import { badField } from "#lib/core/errors.ts";
import { preauthorize } from "#lib/core/execute.ts";
import { action } from "#lib/http/next/action.ts";
import {
  decodeLegacy,
  decodeUnicode,
  isLegacyEncoding,
  isWorkbook,
  workbookTrouble,
} from "#lib/people/csv/encoding.ts";
import { type ImportRow, readCsv } from "#lib/people/csv/file.ts";
import * as imports from "#lib/people/csv/import.ts";

/** Takes the rows of a file, as JSON: a form has no fields for lists of objects. */
export const importUsers = action(imports.importUsers, undefined, async ({ rows, ...input }, caller) => {
  await preauthorize(imports.importUsers, caller, input.accountId);
  return { ...input, rows: parsed(rows) };
});

/**
 * Takes a whole file, for who has no scripts, and tries it out; or makes people of the rows that came of that, which
 * the page sends back.
 */
export const importFile = action(
  imports.importUsers,
  async ({ results }, _, form) => {
    const sent = form.get("file");
    const bytes = sent instanceof File ? new Uint8Array(await sent.arrayBuffer()) : undefined;
    return { ...rowsIn(bytes, form.get("encoding"), form.getAll("rows")), results, made: !bytes };
  },
  async ({ file, encoding, rows, ...input }, caller) => {
    await preauthorize(imports.importUsers, caller, input.accountId);
    const read = rowsIn(file, encoding, rows);
    return { ...input, rows: read.rows.map(({ values }) => values), dryRun: file !== undefined };
  },
);

function rowsIn(file: unknown, encoding: unknown, kept: unknown): { rows: ImportRow[]; unknown: string[] } {
  if (!(file instanceof Uint8Array)) return { rows: keptRows(kept), unknown: [] };
  if (!file.length) throw badField("file", "missing", "Choose a file.");
  const read = readCsv(textOf(file, encoding));
  if ("trouble" in read) throw badField("file", "unreadable", read.trouble);
  if (read.rows.length > imports.maxAtOnce) throw badField("file", "too_long", tooLong(read.rows.length));
  return read;
}

function textOf(file: Uint8Array, encoding: unknown): string {
  if (isWorkbook(file)) throw badField("file", "unreadable", workbookTrouble);
  const text = decodeUnicode(file) ?? (isLegacyEncoding(encoding) ? decodeLegacy(file, encoding) : null);
  if (text === null) throw badField("encoding", "missing", notUnicode);
  return text;
}

const notUnicode = "This file is not UTF-8. Choose the encoding that it was saved in, and the file once more.";

const keptRow = z.object({ line: z.number(), values: z.record(z.string(), z.string()) });

/** The rows that the page sends back. */
function keptRows(text: unknown): ImportRow[] {
  const read = z.array(keptRow).safeParse(parsed(text));
  if (!read.success) throw notRows();
  return read.data;
}

function parsed(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    throw notRows();
  }
}

const notRows = () => badField("rows", "unreadable", "These are no rows of a file. Choose the file anew.");

const tooLong = (count: number) =>
  `This file holds ${count} people. Without JavaScript it may be ${imports.maxAtOnce} at a time: split it.`;
