import type { CDPSession, Page } from "@playwright/test";

/** A passkey keeper inside Chromium, which answers as if its person had touched it. */
export type VirtualAuthenticator = {
  /** What it keeps for the site. */
  credentials(): Promise<{ credentialId: string; userHandle?: string; signCount: number }[]>;
  /** Does its person pass the check of fingerprint or PIN from now on? */
  verify(passes: boolean): Promise<void>;
  /** Sets what it has counted, as a copy made earlier would have. */
  rewind(signCount: number): Promise<void>;
};

/** Gives the browser of a page an authenticator of its own, which stays for as long as the page does. */
export async function addAuthenticator(page: Page): Promise<VirtualAuthenticator> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    credentials: async () => (await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials,
    verify: (passes) =>
      cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: passes }).then(() => {}),
    rewind: (signCount) => rewind(cdp, authenticatorId, signCount),
  };
}

async function rewind(cdp: CDPSession, authenticatorId: string, signCount: number) {
  const { credentials } = await cdp.send("WebAuthn.getCredentials", { authenticatorId });
  for (const credential of credentials) {
    await cdp.send("WebAuthn.removeCredential", { authenticatorId, credentialId: credential.credentialId });
    await cdp.send("WebAuthn.addCredential", { authenticatorId, credential: { ...credential, signCount } });
  }
}
