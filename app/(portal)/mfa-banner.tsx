import { Alert } from "#components/ui/alert.tsx";
import { Link } from "#components/ui/link.tsx";
import { read } from "#lib/http/next/page.ts";
import { getFactors } from "#lib/sign-in/factors/get.ts";

const day = 86_400_000;

/** That the account requires a second factor which is still missing, and how many days are left. */
export async function MfaBanner() {
  const { mfa, graceUntil } = await read(getFactors);
  if (mfa !== "demanded" || !graceUntil) return null;
  const days = Math.ceil((Date.parse(graceUntil) - Date.now()) / day);
  return (
    <div className="mb-6">
      <Alert tone={days <= 1 ? "danger" : "warn"} title="Your account demands a second factor">
        {days <= 1 ? "This is the last day to set one up at leisure" : `${days} days are left to set one up at leisure`}
        ; after that it is asked for at sign-in. <Link href="/mfa">Set it up now</Link>.
      </Alert>
    </div>
  );
}
