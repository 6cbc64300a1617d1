import { redirect } from "next/navigation";
import { ownPath, type PageQuery } from "#lib/http/next/page.ts";
import { type PendingSignIn, pendingSignIn } from "#lib/http/pending-sign-in.ts";

/** The sign-in that this browser has begun and where it goes; without one, it begins anew. */
export async function begun(searchParams: PageQuery, next: PendingSignIn["next"]) {
  const goOn = ownPath((await searchParams).return_to);
  const pending = await pendingSignIn();
  if (pending?.next !== next) redirect(`/sign-in?${new URLSearchParams({ return_to: goOn })}`);
  return { ...pending, goOn };
}
