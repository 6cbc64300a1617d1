import { MIMEType } from "node:util";

/**
 * Does a Content-Type say this kind of content, in UTF-8? Case, space, quotes, a semicolon with nothing behind it and
 * other parameters than `charset` make no difference (RFC 9110, 8.3).
 */
export function isOfType(contentType: string | undefined, kind: string): boolean {
  if (contentType === kind) return true;
  const type = parsed(contentType);
  return type?.essence === kind && /^utf-?8$/i.test(type.params.get("charset") ?? "utf-8");
}

function parsed(contentType = ""): MIMEType | undefined {
  try {
    return new MIMEType(contentType);
  } catch {
    return undefined;
  }
}
