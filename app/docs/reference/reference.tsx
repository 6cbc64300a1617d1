"use client";

import dynamic from "next/dynamic";

/** The reference, loaded when it is looked at: it is many times as heavy as all other pages together. */
export const Reference = dynamic(() => import("./load.ts").then((module) => module.load()), {
  ssr: false,
  loading: () => <p className="m-8 text-muted">Loading the reference …</p>,
});
