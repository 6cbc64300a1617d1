"use client";

import {
  type ComponentProps,
  type FormEvent,
  type ReactNode,
  startTransition,
  useActionState,
  useEffect,
  useId,
  useRef,
} from "react";
import { FormErrors } from "#components/forms/errors.tsx";
import { useStepUp } from "#components/forms/step-up/context.ts";
import { whyUnanswered } from "#components/forms/unanswered.ts";
import { Alert } from "#components/ui/alert.tsx";
import { type ButtonTone, buttonClass } from "#components/ui/button.tsx";
import type { Elements } from "#components/ui/elements.ts";
import { FormContext, useFormState } from "#components/ui/form-context.ts";
import { Spinner } from "#components/ui/spinner.tsx";
import { toast } from "#components/ui/toast.tsx";
import type { ActionState, FormAction, Problem } from "#lib/http/next/action.ts";

type FormProps<Output> = {
  action: FormAction<Output>;
  children: Elements;
  /**
   * Said when it worked: as a toast, or in place of the summary with `saidInline`. No words: the page says it itself.
   */
  success?: string | ((output: Output) => string);
  saidInline?: boolean;
  /** Leaves the fields as they are when it worked; else they return to what the page now says. */
  keep?: boolean;
  /** Adds in the browser what only that can say, before the form is sent; a problem it meets is told like any other. */
  before?: (data: FormData) => Promise<Problem | undefined>;
  /** Runs in the browser as soon as the answer is there, before the page changes. */
  onDone?: (output: Output) => void;
  /** Stands beside the form once it worked, e.g. a `CopySecret` for what was made; also without scripts. */
  whenDone?: (output: Output) => Elements;
  className?: string;
} & Omit<ComponentProps<"form">, "action" | "children" | "className">;

/**
 * A form for a server action, which works before hydration and without scripts. A refusal is summed up on top, told at
 * each field, and loses nothing that was typed.
 */
export function Form<Output>({
  action,
  children,
  success,
  saidInline,
  keep,
  before: prepare,
  onDone,
  whenDone,
  className = "grid gap-5",
  ...rest
}: FormProps<Output>) {
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  const sent = useRef<FormData>(undefined);
  const ask = useStepUp();
  const announced: FormAction<Output> = async (before, data) => {
    const problem = await prepare?.(data);
    if (problem) return { status: "refused", problem, values: {} };
    const answer = await action(before, data).catch(unanswered);
    if (answer.status === "done") onDone?.(answer.output);
    const words = answer.status === "done" && success && wordsFor(success, answer.output);
    if (words && !saidInline) toast(words);
    return answer;
  };
  // React writes a server action into the page only when it is given that very function.
  const [state, submit, pending] = useActionState(typeof window === "undefined" ? action : announced, idle);

  useEffect(() => {
    if (state.status === "refused") comeTo(firstBad(form.current));
    if (state.status === "asks") comeTo(form.current?.querySelector<HTMLElement>("[data-question]"));
    if (state.status === "done" && !keep) form.current?.reset();
    if (state.status === "done") form.current?.querySelector("[data-said]")?.scrollIntoView({ block: "nearest" });
  }, [state, keep]);

  // Once step-up is done, the very request that was held back is sent again.
  useEffect(() => {
    const data = sent.current;
    if (isHeldBack(state) && data) ask(state.problem, () => startTransition(() => submit(data)));
  }, [state, ask, submit]);

  // Submitted by hand, because React would empty the fields whatever the answer.
  function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (pending) return;
    const { nativeEvent, currentTarget } = event;
    const submitter = nativeEvent instanceof SubmitEvent ? nativeEvent.submitter : null;
    const data = new FormData(currentTarget, submitter);
    sent.current = data;
    startTransition(() => submit(data));
  }

  return (
    <FormContext value={{ id, state, pending }}>
      <form {...rest} ref={form} action={submit} onSubmit={send} aria-busy={pending} className={className}>
        {state.status === "refused" && <Refused id={id} state={state} />}
        {state.status === "done" && success && <Done words={wordsFor(success, state.output)} quiet={!saidInline} />}
        {children}
      </form>
      {state.status === "done" && whenDone?.(state.output)}
    </FormContext>
  );
}

/** What the server threw says so by a digest, and is Next's to handle: a redirect, a page in its place. */
function unanswered(error: unknown): Extract<ActionState, { status: "refused" }> {
  if (error instanceof Error && "digest" in error) throw error;
  return { status: "refused", problem: whyUnanswered(error), values: {} };
}

const isHeldBack = (state: ActionState): state is Extract<ActionState, { status: "refused" }> =>
  state.status === "refused" && state.problem.code === "step_up_required";

const idle = { status: "idle" } satisfies ActionState;

function wordsFor<Output>(success: string | ((output: Output) => string), output: Output) {
  return typeof success === "string" ? success : success(output);
}

const firstBad = (form: HTMLFormElement | null) =>
  form?.querySelector<HTMLElement>("[aria-invalid=true]:not([type=hidden])") ??
  form?.querySelector<HTMLElement>("[data-summary]");

// Behind a question inside the form, neither the summary nor a field could be seen or reached.
function comeTo(bad: HTMLElement | null = null) {
  for (const dialog of bad?.closest("form")?.querySelectorAll("dialog") ?? [])
    if (!dialog.contains(bad)) dialog.close();
  bad?.focus();
}

// Where there are scripts, a dialog asks for step-up, and the form stays as it was.
function Refused({ id, state }: { id: string; state: Extract<ActionState, { status: "refused" }> }) {
  const said = <FormErrors id={id} problem={state.problem} />;
  return isHeldBack(state) ? <noscript>{said}</noscript> : said;
}

// A toast needs a script, so without one the words stand in the page.
function Done({ words, quiet }: { words: string; quiet: boolean }) {
  if (!words) return null;
  const said = (
    <div data-said>
      <Alert tone="good" live>
        {words}
      </Alert>
    </div>
  );
  return quiet ? <noscript>{said}</noscript> : said;
}

/** The button that sends the form around it; says `busy` while the answer is awaited and keeps the focus. */
export function SubmitButton({ children, busy, tone = "primary", small, wide, ...rest }: SubmitProps) {
  const { pending } = useFormState();
  return (
    <button {...rest} type="submit" aria-disabled={pending} className={buttonClass({ tone, small, wide })}>
      {pending && <Spinner />}
      <span key={pending ? "busy" : "idle"} className="contents">
        {pending ? (busy ?? children) : children}
      </span>
    </button>
  );
}

type SubmitProps = { tone?: ButtonTone; small?: boolean; wide?: boolean; busy?: ReactNode } & ComponentProps<"button">;
