/** What a refused operation looks like to a form: RFC 9457 members in the portal's words. */
export type Problem = {
  status: number;
  code: string;
  title: string;
  detail: string;
  requestId: string;
  retryAfter?: number;
  errors: { pointer: string; code: string; message: string }[];
};
/** The state of a form between two submissions. `values` are the text fields as typed, so that nothing is lost. */
export type ActionState<Output = unknown> =
  | { status: "idle" }
  | { status: "done"; output: Output }
  | { status: "refused"; problem: Problem; values: Record<string, string> };
/** A form's server side, as `useActionState` wants it. */
export type FormAction<Output = unknown> = (state: ActionState<Output>, form: FormData) => Promise<ActionState<Output>>;
