import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { vi } from "vitest";
import type { Operation } from "#lib/core/operation.ts";

// Of the file of a form's actions, only which operations they are for is wanted here: each answers that.
vi.mock("#lib/http/next/action.ts", () => ({ action: (operation: Operation) => () => Promise.reject(operation) }));

/** A server action of the built pages: its id, and a page that knows it. */
export type Action = { id: string; path: string };

type Form = (state: undefined, form: FormData) => Promise<unknown>;
type Built = { workers: Record<string, unknown>; filename: string; exportedName: string };

/** The actions of the built pages by the name of the operation that each is for. */
export async function actionsByOperation(): Promise<Map<string, Action>> {
  const found = new Map<string, Action>();
  for (const file of globSync("{app,components}/**/*actions.ts")) {
    const actions: Record<string, Form> = await import(/* @vite-ignore */ join(process.cwd(), file));
    for (const [name, form] of Object.entries(actions)) {
      const action = builtAction(file, name);
      const operation = await Promise.resolve(form(undefined, new FormData())).catch((thrown) => thrown);
      if (action && isOperation(operation)) found.set(operation.name, action);
    }
  }
  return found;
}

/** The action that a file of the pages exports by this name; undefined where no page uses it. */
export function builtAction(file: string, name: string): Action | undefined {
  const { node }: { node: Record<string, Built> } = JSON.parse(readFileSync(manifest, "utf8"));
  const isIt = ({ filename, exportedName }: Built) => filename === file && exportedName === name;
  const [id, action] = Object.entries(node).find(([, one]) => isIt(one)) ?? [];
  return id && action ? { id, path: pathOf(action) } : undefined;
}

const manifest = ".next/server/server-reference-manifest.json";

const isOperation = (value: unknown): value is Operation =>
  typeof value === "object" && value !== null && "route" in value && "allow" in value;

/** "app/(portal)/tokens/[id]/page" is "/tokens/1". */
function pathOf({ workers }: Built): string {
  const [page = ""] = Object.keys(workers);
  return page.replace(/^app|\/\([\w-]+\)|\/page$/g, "").replace(/\[\w+\]/g, "1") || "/";
}
