import type { KnownPermission } from "#lib/core/catalogue.ts";

export type Scope = "own" | "managed";

/** The words of a scope. */
export const scopeLabels: Record<Scope, { title: string; hint: string }> = {
  own: { title: "In the account itself", hint: "What holders may do in the account that this role belongs to." },
  managed: {
    title: "In accounts that it manages",
    hint: "What holders may do in accounts managed by this one, as far as those have agreed.",
  },
};

type Cell = { pattern: string; action: string; lets: string };

/** A line of the grid: a thing, or all of them, and what can be done with it. */
export type MatrixRow = { title: string; cells: Cell[] };

const serviceWords: Record<string, string> = {
  admin: "Everything that concerns others",
  portal: "Everything of one's own",
};

/** The lines of a scope, the widest first. */
export function linesIn(known: KnownPermission[], scope: Scope): MatrixRow[] {
  const here = known.filter(({ scopes }) => scopes.includes(scope));
  const services = [...new Set(here.map(({ service }) => service))];
  return [
    lineOf("Everything, of every service", "*", scope, "*", here),
    ...services.flatMap((service) => {
      const own = here.filter((one) => one.service === service);
      const things = [...new Set(own.map(({ resource }) => resource))];
      const wide = lineOf(serviceWords[service] ?? `Everything of ${service}`, service, scope, "*", own);
      const each = things.map((thing) =>
        lineOf(
          thing.replaceAll("_", " "),
          service,
          scope,
          thing,
          own.filter(({ resource }) => resource === thing),
        ),
      );
      return [wide, ...each];
    }),
  ];
}

function lineOf(title: string, service: string, scope: Scope, resource: string, known: KnownPermission[]): MatrixRow {
  const pattern = (action: string) => `${service}:${scope}:${action}:${resource}`;
  const byAction = Map.groupBy(known, ({ action }) => action);
  const cells = [...byAction]
    .sort(([one], [other]) => order(one) - order(other))
    .map(([action, permissions]) => ({
      pattern: pattern(action),
      action,
      lets: resource === "*" ? "" : permissions.flatMap(({ lets }) => lets).join("; "),
    }));
  return { title, cells: [{ pattern: pattern("*"), action: "every action", lets: "" }, ...cells] };
}

const usual = ["list", "get", "create", "update", "delete"];
const order = (action: string) => (usual.includes(action) ? usual.indexOf(action) : usual.length);

/** Every pattern that has a cell. */
export const patternsIn = (known: KnownPermission[]): string[] =>
  (["own", "managed"] as const).flatMap((scope) =>
    linesIn(known, scope).flatMap(({ cells }) => cells.map(({ pattern }) => pattern)),
  );
