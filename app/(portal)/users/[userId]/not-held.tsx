import { Alert } from "#components/ui/alert.tsx";
import { permissionsInWords } from "#lib/core/permission-words.ts";
import { notNow } from "#lib/http/next/unless-spent.ts";
import type { NotHeld } from "#lib/people/users/not-held.ts";

/** What of a person's administration is open to the reader, by what both of them hold. */
export type Open = {
  /** To lock them and end their sessions. */
  stop: boolean;
  /** To rename, deactivate or delete them, and to take memberships from them. */
  change: boolean;
  /** To give them rights, or a way to sign in as them. */
  letIn: boolean;
};

/** Where both were not compared, all is shown as open: what is not is refused when it is done. */
export function openBy(notHeld?: NotHeld): Open {
  if (!notHeld) return { stop: true, change: true, letIn: true };
  const { administrative, everything, mayStop } = notHeld;
  return { stop: mayStop, change: administrative.length === 0, letIn: everything.length === 0 };
}

/** Says what is not open to the reader, and why. */
export function NotHeldNotice({ name, notHeld }: { name: string; notHeld?: NotHeld }) {
  if (!notHeld) return <Alert title={`Your rights and those of ${name} were not compared`}>{uncompared}</Alert>;
  const { stop, change, letIn } = openBy(notHeld);
  if (letIn) return null;
  const missing = permissionsInWords(change ? notHeld.everything : notHeld.administrative);
  return (
    <Alert title={`${name} holds rights that you do not`}>
      {`${name} may ${missing}. ${change ? withoutLettingIn : stop ? stopOnly : nothing}`}
    </Alert>
  );
}

export const uncompared = `${notNow("What they hold that you do not could not be found out", "long comparisons")} Until then, what you may not do to them is refused when you do it.`;
const others = "somebody who holds as much as they do.";
const withoutLettingIn = `To activate or unlock them, or to change their address, password, second factors and roles, ask ${others}`;
const stopOnly = `You may lock them and end their sessions, of which every administrator is told. For anything else, ask ${others}`;
const nothing = `To change anything about them, ask ${others}`;
