import { isSignedIn, ownPath, type PageQuery } from "#lib/http/next/page.ts";
import { pendingSignIn } from "#lib/http/pending-sign-in.ts";
import { begun } from "../pending.ts";
import { Enrolment } from "./enrolment.tsx";

export const metadata = { title: "Set up a second factor" };

export default async function EnrolPage({ searchParams }: { searchParams: PageQuery }) {
  const goOn = ownPath((await searchParams).return_to);
  // Who has finished is signed in already, or about to choose a password, and still reads their recovery codes here.
  const isFinished = (await isSignedIn()) || (await pendingSignIn())?.next === "new-password";
  if (!isFinished) await begun(searchParams, "enrol");
  return (
    <>
      <h1 className="mb-1.5 text-lg font-semibold">Set up a second factor</h1>
      <p className="mb-5 leading-relaxed text-muted">
        Your account demands one: beside your password, a code of an app on your phone. It takes a minute.
      </p>
      <Enrolment goOn={goOn} />
    </>
  );
}
