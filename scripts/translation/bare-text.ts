import {
  type Expression,
  isBinaryExpression,
  isConditionalExpression,
  isJsxAttribute,
  isJsxElement,
  isJsxExpression,
  isJsxFragment,
  isJsxOpeningLikeElement,
  isJsxSelfClosingElement,
  isJsxText,
  isParenthesizedExpression,
  isStringLiteral,
  type JsxChild,
  type JsxElement,
  type JsxFragment,
  type Node,
  type SourceFile,
  SyntaxKind,
} from "typescript/unstable/ast";
import type { Checker } from "typescript/unstable/sync";
import { isLoose, kindsOf } from "./kinds.ts";

/** A child of an element as React sees it: whether it may be bare text, and whether it comes and goes. */
type Slot = { text: boolean; varies: boolean };

/**
 * The lines on which bare text stands beside something that comes and goes, or comes and goes itself. A browser that
 * translates a page puts elements of its own in the place of text; React then looks for the text it knows, to remove it
 * or to insert before it, and the whole page fails (facebook/react#11538). Text in an element of its own is safe.
 */
export function bareTextIn(source: SourceFile, checker: Checker): number[] {
  const found: number[] = [];
  const visit = (node: Node): undefined => {
    if (isJsxElement(node) && isBreakable(node, checker)) found.push(lineOf(node, source));
    if (isJsxFragment(node) && isBreakableFragment(node, checker)) found.push(lineOf(node, source));
    node.forEachChild(visit);
  };
  visit(source);
  return found;
}

const lineOf = (node: Node, source: SourceFile) => source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;

function isBreakable(element: JsxElement, checker: Checker): boolean {
  if (tagOf(element) === "noscript") return false;
  const isKeyed = element.openingElement.attributes.properties.some(
    (attribute) => isJsxAttribute(attribute) && attribute.name.getText() === "key",
  );
  return isMixture(element.children, checker) || (!isKeyed && swapsLoose(element.children, checker));
}

// A fragment's children are those of whatever it stands in; only as the whole of a property does it stay where it is.
function isBreakableFragment(fragment: JsxFragment, checker: Checker): boolean {
  if (isJsxElement(fragment.parent) || isJsxFragment(fragment.parent)) return false;
  const stays = isJsxExpression(fragment.parent) && isJsxAttribute(fragment.parent.parent);
  if (stays) return isMixture(fragment.children, checker);
  return slotsOf(fragment.children, checker).some(({ text }) => text);
}

function isMixture(children: readonly JsxChild[], checker: Checker): boolean {
  if (drawn(children).length < 2) return false;
  const slots = slotsOf(children, checker);
  return slots.some(({ text }) => text) && slots.some(({ varies }) => varies);
}

// What a caller gives may be text among other things, and choosing between two of them takes its text away.
const swapsLoose = (children: readonly JsxChild[], checker: Checker) =>
  children.some((child) => {
    const leaves = isJsxExpression(child) && child.expression ? leavesOf(child.expression) : [];
    return leaves.length > 1 && leaves.some((leaf) => isLoose(checker.getTypeAtLocation(leaf), checker));
  });

/**
 * The children that are more than white space, which nobody translates; those of a fragment are of what it stands in.
 */
const drawn = (children: readonly JsxChild[]): JsxChild[] =>
  children.flatMap((child) => {
    if (isJsxFragment(child)) return drawn(child.children);
    if (isJsxText(child)) return child.text.trim() ? [child] : [];
    if (!isJsxExpression(child)) return [child];
    return child.expression && !isSpace(child.expression) ? [child] : [];
  });

const isSpace = (expression: Expression) => isStringLiteral(expression) && !expression.text.trim();

const slotsOf = (children: readonly JsxChild[], checker: Checker): Slot[] =>
  drawn(children).map((child) => {
    if (isJsxText(child)) return { text: true, varies: false };
    return isJsxExpression(child) && child.expression ? slotOf(child.expression, checker) : elementSlot(child, checker);
  });

function slotOf(expression: Expression, checker: Checker): Slot {
  const kinds = kindsOf(checker.getTypeAtLocation(expression), checker);
  const isMixed = kinds.has("text") && kinds.has("element");
  const swaps = new Set(leavesOf(expression).map(tagOf).filter(Boolean)).size > 1;
  return { text: kinds.has("text"), varies: kinds.has("nothing") || kinds.has("many") || isMixed || swaps };
}

function elementSlot(child: JsxChild, checker: Checker): Slot {
  const opening = isJsxElement(child) ? child.openingElement : child;
  const signature = isJsxOpeningLikeElement(opening) ? checker.getResolvedSignature(opening) : undefined;
  const type = signature && checker.getReturnTypeOfSignature(signature);
  // A component that says no more than that it makes something is taken for one that makes an element.
  const kinds = isLoose(type, checker) ? new Set() : kindsOf(type, checker);
  return { text: kinds.has("text"), varies: kinds.has("nothing") || kinds.has("text") };
}

/** What an expression with choices may come to. */
function leavesOf(expression: Expression): Expression[] {
  if (isParenthesizedExpression(expression)) return leavesOf(expression.expression);
  if (isConditionalExpression(expression)) return [expression.whenTrue, expression.whenFalse].flatMap(leavesOf);
  // What is left of `&&` is drawn only where it is nothing.
  if (isBinaryExpression(expression) && expression.operatorToken.kind === SyntaxKind.AmpersandAmpersandToken)
    return leavesOf(expression.right);
  if (isBinaryExpression(expression)) return [expression.left, expression.right].flatMap(leavesOf);
  return [expression];
}

function tagOf(node: Node): string | undefined {
  if (isJsxElement(node)) return node.openingElement.tagName.getText();
  return isJsxSelfClosingElement(node) ? node.tagName.getText() : undefined;
}
