"use server";

import { redirect } from "next/navigation";
import * as creation from "#lib/accounts/create.ts";
import { agreeToRelation as agreeToRelationOperation } from "#lib/accounts/relations/agree.ts";
import { dropProposal as dropProposalOperation } from "#lib/accounts/relations/drop-proposal.ts";
import { endRelation as endRelationOperation } from "#lib/accounts/relations/end.ts";
import { narrowRelation as narrowRelationOperation } from "#lib/accounts/relations/narrow.ts";
import { proposeRelation as proposeRelationOperation } from "#lib/accounts/relations/propose.ts";
import { rightsOffered } from "#lib/accounts/relations/rights.ts";
import { updateAccount } from "#lib/accounts/update.ts";
import { action } from "#lib/http/next/action.ts";
import { filled } from "#lib/http/next/form.ts";
import { reword } from "#lib/http/next/reword.ts";

type Input = Record<string, unknown>;

/** Makes an account and goes to it. */
export const createAccount = action(
  creation.createAccount,
  async ({ account }) => redirect(`/accounts/${account.id}?made`),
  filled,
);

/** Saves the name and where the data lives. */
export const saveAccount = action(updateAccount, undefined, (input) =>
  reword(input, {
    locations: (text) =>
      [text]
        .flat()
        .join(" ")
        .split(/[\s,]+/)
        .filter(Boolean),
  }),
);

/** Switches a managed account off or on. */
export const setActive = action(updateAccount);

/** Saves the policies as they were looked at, and goes back to the account. */
export const savePolicies = action(
  updateAccount,
  async ({ id }) => redirect(`/accounts/${id}?saved`),
  (input) => reword(input, { passwordMaxAgeDays: (days) => days || null, tokenUnusedDays: (days) => days || null }),
);

/** A set of rights by its name, a single one as it is. */
const spelledOut = (input: Input): Input =>
  reword(input, {
    rights: (rights) =>
      [rights].flat().flatMap((right) => rightsOffered[String(right)]?.rights ?? (right ? [right] : [])),
  });

/** Proposes a relationship; who pays gets no rights by it. */
export const proposeRelation = action(proposeRelationOperation, undefined, (input) =>
  input.kind === "bills_to" ? { ...input, rights: [] } : spelledOut(input),
);

export const agreeToRelation = action(agreeToRelationOperation);

export const dropProposal = action(dropProposalOperation);

export const narrowRelation = action(narrowRelationOperation, undefined, spelledOut);

export const endRelation = action(endRelationOperation);
