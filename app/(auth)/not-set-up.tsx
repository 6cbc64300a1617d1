/** What stands where nobody can sign in yet: how the first account is made. */
export function NotSetUp() {
  return (
    <div className="grid gap-3 leading-relaxed">
      <p>This portal has no account yet. Whoever started it makes the first one, with a link that nobody else has.</p>
      <p>
        The link was printed where the portal was started: look there for a line that holds{" "}
        <code className="font-mono text-[0.8125rem]">/setup?link=</code> and open it within 72 hours. Starting the
        portal again prints a new one.
      </p>
    </div>
  );
}
