import type { ReactElement } from "react";

/**
 * Elements, or nothing, but no bare text: for what stands beside something that comes and goes. A browser that
 * translates a page takes bare text out of React's hands; see `scripts/translation/bare-text.ts`.
 */
export type Elements = ReactElement | readonly Elements[] | "" | false | null | undefined;
