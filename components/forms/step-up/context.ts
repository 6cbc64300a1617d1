"use client";

import { createContext, use } from "react";
import type { Problem } from "#lib/http/next/action.ts";

/** Asks the person to prove who they are; `then` happens once they have. */
type AskStepUp = (problem: Problem, then: () => void) => void;

export const StepUpContext = createContext<AskStepUp>(() => {});

/** How a form asks for step-up when its request was held back for want of it. */
export const useStepUp = () => use(StepUpContext);
