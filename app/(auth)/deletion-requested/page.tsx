import { ButtonLink } from "#components/ui/button-link.tsx";
import { Time } from "#components/ui/time.tsx";
import type { PageQuery } from "#lib/http/next/page.ts";
import { Titled } from "../titled.tsx";

export const metadata = { title: "You asked to be deleted" };

export default async function DeletionRequestedPage({ searchParams }: { searchParams: PageQuery }) {
  const { due } = await searchParams;
  const day = typeof due === "string" && !Number.isNaN(Date.parse(due)) ? due : null;
  return (
    <Titled
      title="You asked to be deleted"
      lead={
        <>
          You are signed out everywhere.{" "}
          {day ? (
            <span>
              On <Time iso={day} as="date" /> you will be deleted.
            </span>
          ) : (
            <span>In 14 days you will be deleted.</span>
          )}{" "}
          Until then, the link in the mail calls it off, and so does the note on every page after you sign in.
        </>
      }
    >
      <ButtonLink href="/sign-in" wide>
        Sign in to call it off
      </ButtonLink>
    </Titled>
  );
}
