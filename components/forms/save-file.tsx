"use client";

import { useEffect, useRef } from "react";

export type SavedFile = { base64: string; contentType: string; fileName: string };

/** A file that a form was answered with: saved at once where scripts run, and to be saved by hand. */
export function SaveFile({ base64, contentType, fileName }: SavedFile) {
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => link.current?.click(), []);
  return (
    <a ref={link} href={`data:${contentType};base64,${base64}`} download={fileName} className="w-fit underline">
      Save {fileName}
    </a>
  );
}
