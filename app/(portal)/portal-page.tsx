import type { ReactElement } from "react";
import { NotFound } from "#components/layout/not-found.tsx";
import { sayOfPage } from "#lib/http/next/page.ts";
import { Forbidden } from "./forbidden.tsx";

/**
 * A page of the portal that says by itself what is not there or not for its reader, in the frame and with the status.
 * Next would answer with an empty document, which only scripts fill.
 */
export function portalPage<Props>(Page: (props: Props) => Promise<ReactElement>) {
  return async (props: Props): Promise<ReactElement> => {
    try {
      return await Page(props);
    } catch (thrown) {
      const status = statusOf(thrown);
      if (status === undefined) throw thrown;
      await sayOfPage(status === 403 ? "forbidden" : "not-found");
      return status === 403 ? <Forbidden /> : <NotFound />;
    }
  };
}

/** How Next's `forbidden()` and `notFound()` are told from whatever else is thrown. */
function statusOf(thrown: unknown): 403 | 404 | undefined {
  const digest = thrown instanceof Error && "digest" in thrown ? thrown.digest : undefined;
  if (digest === "NEXT_HTTP_ERROR_FALLBACK;403") return 403;
  return digest === "NEXT_HTTP_ERROR_FALLBACK;404" ? 404 : undefined;
}
