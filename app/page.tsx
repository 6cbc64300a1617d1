import { redirect } from "next/navigation";
import { getSetup } from "#lib/accounts/get-setup.ts";
import { isSignedIn, read } from "#lib/http/next/page.ts";

/** The first page: on to the profile, to signing in, or to setting up. */
export default async function HomePage(): Promise<never> {
  if (await isSignedIn()) redirect("/profile");
  const { open } = await read(getSetup);
  redirect(open ? "/setup" : "/sign-in");
}
