import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { permissionPattern } from "./fields.ts";
import { covers, decide, type Effect, effective, type Grant, overlap } from "./permissions.ts";

/** A small world, so that random patterns meet often. */
const word = fc.constantFrom("get", "list", "token", "profile");
const service = fc.constantFrom("admin", "pro");
const scope = fc.constantFrom("own", "managed", "", "10000001");
const orAny = (part: fc.Arbitrary<string>) => fc.oneof({ weight: 2, arbitrary: part }, fc.constant("*"));
const joined = (...parts: fc.Arbitrary<string>[]) => fc.tuple(...parts).map((each) => each.join(":"));

const needed = joined(service, scope, word, word);
const pattern = joined(orAny(service), orAny(scope), orAny(word), orAny(word));
const effect = fc.constantFrom<Effect>("allowed", "denied");
const role = fc.record({ role: fc.string(), permissions: fc.dictionary(pattern, effect, { maxKeys: 4 }) });
const grants: fc.Arbitrary<Grant[]> = fc.array(role, { maxLength: 4 });
const scopes = fc.option(fc.array(pattern, { maxLength: 4 }), { nil: null });

/** What is no permission: none of these may ever open anything. */
const garbage = fc.oneof(
  fc.string().filter((text) => !permissionPattern.safeParse(text).success),
  fc.constantFrom(
    "",
    "*",
    "*:*",
    "*:*:*",
    "*:*:*:*:*",
    "admin:own:get",
    "admin:own:get:token:x",
    "admin:own:GET:token",
  ),
  fc.constantFrom(
    "admin:own:ge*:token",
    "admin:own:get:token ",
    " admin:own:get:token",
    "admin:all:get:token",
    "a:1:b:c",
  ),
);

const entriesOf = (all: Grant[]) => all.flatMap(({ permissions }) => Object.entries(permissions));

describe("a wildcard", () => {
  const covering: [pattern: string, needed: string, covered: boolean][] = [
    ["*:*:*:*", "admin:own:get:token", true],
    ["admin:own:*:token", "admin:own:get:token", true],
    ["admin:own:*:token", "admin:managed:get:token", false],
    ["admin:own:get:tok*", "admin:own:get:token", false],
    ["admin:own:get:token", "admin:own:get:tokens", false],
    ["admin:own:get:*", "admin:own:get:token", true],
    ["*:own:get:*", "pro:own:get:app", true],
    ["admin::get:token", "admin:own:get:token", false],
    ["admin:*:get:token", "admin:10000001:get:token", true],
  ];

  test.each(covering)("%s over %s: %s", (wide, narrow, covered) => {
    expect(covers(wide, narrow)).toBe(covered);
  });

  test("stands for one whole part, never for a piece of it nor for several", () => {
    fc.assert(
      fc.property(pattern, needed, (wide, narrow) => {
        const parts = wide.split(":");
        const expected = narrow.split(":").every((part, place) => parts[place] === "*" || parts[place] === part);
        expect(covers(wide, narrow)).toBe(expected);
      }),
    );
  });
});

test("a denial beats every allowance, in whatever order and however specific", () => {
  fc.assert(
    fc.property(grants, scopes, pattern, needed, fc.nat(4), (held, limits, denied, asked, place) => {
      fc.pre(covers(denied, asked));
      const denial = { role: "Barred", permissions: { [denied]: "denied", [asked]: "allowed" } };
      if (denied === asked) denial.permissions = { [denied]: "denied" };
      const all = held.toSpliced(place, 0, denial, { role: "Exact", permissions: { [asked]: "allowed" } });
      expect(decide(all, limits, asked)).toMatchObject({ allowed: false, reason: "denied" });
    }),
  );
});

test("nothing is allowed that no role allows and, for a token, no scope carries", () => {
  fc.assert(
    fc.property(grants, scopes, needed, (held, limits, asked) => {
      const entries = entriesOf(held).filter(([wide]) => covers(wide, asked));
      const isHeld = entries.some(([, effect]) => effect === "allowed") && entries.every(([, e]) => e === "allowed");
      const isCarried = limits === null || limits.some((wide) => covers(wide, asked));
      expect(decide(held, limits, asked).allowed).toBe(isHeld && isCarried);
    }),
  );
});

test("the order of roles and of their entries decides nothing", () => {
  fc.assert(
    fc.property(grants, scopes, needed, (held, limits, asked) => {
      const reversed = held
        .map(({ role, permissions }) => ({
          role,
          permissions: Object.fromEntries(Object.entries(permissions).reverse()),
        }))
        .reverse();
      expect(decide(reversed, limits, asked).allowed).toBe(decide(held, limits, asked).allowed);
    }),
  );
});

test("what is shown as held is what is decided", () => {
  fc.assert(
    fc.property(grants, scopes, needed, (held, limits, asked) => {
      const shown = [{ role: "all of it", permissions: effective(held, limits) }];
      expect(decide(shown, null, asked).allowed).toBe(decide(held, limits, asked).allowed);
    }),
    { numRuns: 500 },
  );
});

test("a narrower token never holds more than a wider one, nor than its owner", () => {
  fc.assert(
    fc.property(grants, fc.array(pattern), pattern, needed, (held, some, more, asked) => {
      if (!decide(held, some, asked).allowed) return;
      expect(decide(held, [...some, more], asked).allowed).toBe(true);
      expect(decide(held, null, asked).allowed).toBe(true);
    }),
  );
});

test("two patterns overlap in exactly what both cover, whichever comes first", () => {
  fc.assert(
    fc.property(pattern, pattern, needed, (one, other, asked) => {
      const [there, back] = [overlap(one, other), overlap(other, one)];
      const both = covers(one, asked) && covers(other, asked);
      expect(there !== null && covers(there, asked)).toBe(both);
      expect(back !== null && covers(back, asked)).toBe(both);
    }),
    { numRuns: 500 },
  );
});

describe("what is no permission", () => {
  test("covers nothing and is covered by nothing", () => {
    fc.assert(
      fc.property(garbage, needed, (junk, asked) => {
        expect([covers(junk, asked), covers("*:*:*:*", junk), overlap(junk, "*:*:*:*")]).toEqual([false, false, null]);
        expect(decide([{ role: "All", permissions: { "*:*:*:*": "allowed" } }], null, junk).allowed).toBe(false);
      }),
    );
  });

  test("denies everything when it stands in a role as a denial, also as it is shown", () => {
    fc.assert(
      fc.property(garbage, scopes, needed, (junk, limits, asked) => {
        const held = [{ role: "All", permissions: { "*:*:*:*": "allowed", [junk]: "denied" } }];
        expect(decide(held, limits, asked).allowed).toBe(false);
        expect(decide([{ role: "shown", permissions: effective(held, limits) }], null, asked).allowed).toBe(false);
      }),
    );
  });

  test("opens nothing when it stands in a role as an allowance", () => {
    fc.assert(
      fc.property(garbage, needed, (junk, asked) => {
        expect(decide([{ role: "Odd", permissions: { [junk]: "allowed" } }], null, asked).allowed).toBe(false);
      }),
    );
  });

  test.each(["Allowed", "yes", "", "maybe"])("the effect %j denies", (effect) => {
    const held = [{ role: "Odd", permissions: { "*:*:*:*": "allowed", "admin:own:get:token": effect } }];
    expect(decide(held, null, "admin:own:get:token")).toMatchObject({ allowed: false, reason: "denied" });
  });
});
