import { expect, test } from "vitest";
import { masked, shaped, shapes } from "#components/forms/secret-dialog/shapes.ts";

const secret = "lk_pat_9fK2mQx7LrT4vWz8BnYc3HdJ6PsA1eUg0oXZab";

test("every shape carries the whole secret on one line", () => {
  for (const shape of shapes) {
    const text = shaped(shape, secret, "https://portal.example", "LATCHKEY_TOKEN");
    expect(text).toContain(secret);
    expect(text).not.toMatch(/\n/);
  }
});

test("a masked secret shows its kind and its last four, and nothing between", () => {
  expect(masked(secret)).toMatch(/^lk_pat_•+XZab$/);
  expect(masked(secret)).not.toContain("9fK2");
});
