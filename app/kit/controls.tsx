"use client";

import { Card } from "#components/ui/card.tsx";
import { Checkbox, Fieldset, Radio } from "#components/ui/choice.tsx";
import { Field, Input, Select, Textarea } from "#components/ui/field.tsx";
import { FormContext } from "#components/ui/form-context.ts";
import { PasswordInput } from "#components/ui/password-input.tsx";
import type { ActionState, Problem } from "#lib/http/next/action.ts";

const names = ["text", "password", "area", "select", "box", "list", "radio"];

/** What a server refused, with something wrong in each of the fields below. */
export const refusal: Problem = {
  status: 400,
  code: "invalid_fields",
  title: "Some fields are not right",
  detail: "Correct them and send the form again.",
  requestId: "kit",
  errors: names.map((name) => ({ pointer: `/${name}`, code: "invalid", message: "This is not right." })),
};

const states: Record<string, ActionState> = {
  "as they come": { status: "idle" },
  "after a refusal": { status: "refused", problem: refusal, values: { text: "typed before", list: "one" } },
};

/** Each field as it comes, and after a refusal. */
export function Controls() {
  return Object.entries(states).map(([title, state]) => (
    <FormContext key={title} value={{ id: `kit-${state.status}-`, state, pending: false }}>
      <Card id={`fields-${state.status}`} title={`Fields ${title}`}>
        <form className="grid gap-5">
          <Fields />
        </form>
      </Card>
    </FormContext>
  ));
}

const Fields = () => (
  <>
    <Field name="text" label="Text" hint="What it is for." required>
      <Input autoComplete="off" placeholder="nightly export" />
    </Field>
    <Field name="disabled" label="Disabled" optional>
      <Input disabled defaultValue="Managed by a directory" />
    </Field>
    <Field name="password" label="Password">
      <PasswordInput autoComplete="off" />
    </Field>
    <Field name="area" label="Several lines">
      <Textarea rows={3} />
    </Field>
    <Field name="select" label="One of several">
      <Select>
        <option value="">None</option>
        <option value="one">One</option>
      </Select>
    </Field>
    <Checkbox name="box" label="A box" description="And what it means." defaultChecked />
    <Checkbox name="$disabled" label="A disabled box" disabled />
    <Fieldset name="list" legend="A list" hint="Any of them.">
      <Checkbox name="list" value="one" label="One" />
      <Checkbox name="list" value="two" label="Two" description="With a second line." />
    </Fieldset>
    <Fieldset name="radio" legend="A choice" required>
      <Radio name="radio" value="one" label="One" defaultChecked />
      <Radio name="radio" value="two" label="Two" />
    </Fieldset>
  </>
);
