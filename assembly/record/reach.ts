// Which states that failed by themselves lie behind which others: a graph, and what each of its nodes reaches. In the
// arena; linear in nodes and edges.
import { take } from "../bytes/arena";

/** How many causes a record names. */
const MOST: usize = 100;

/**
 * A state that failed, a name that such states have, or a text that names none. A state that Salt did not run leads to
 * the names in its comment, a name to its states; all others are what is reached.
 */
@unmanaged
export class Node {
  /**
   * Of a name or a text: what it is, a text as the content of a JSON string; of a state that was not run: what its
   * comment says. They lie where a row of a state has its key (`json/object.ts`).
   */
  start: usize;
  end: usize;
  /** The first of its edges, 0 for none. */
  edge: usize;
  /** What it reaches: addresses in ascending order, four bytes each, the first hundred; `DONE` behind the last. */
  list: usize;
  /** Of what is reached: its address there, and `DONE`. Of a state that was not run: the next of them. */
  item: usize;
  itemEnd: u32;
  /** Whose names these are: of the states that a state holds, the row of that; else the part. */
  scope: usize;
  /** The next edge to follow, the node before on the way, and the one below on the stack. */
  next: usize;
  above: usize;
  below: usize;
  /** When it was met, from 1; the earliest that is met from it, and not done with. `DONE` at last. */
  order: u32;
  low: u32;
}


@unmanaged
class Edge {
  target: Node;
  next: usize;
}

/** Above every address. */
export const DONE: u32 = ~0;

/** A list of nothing. */
const nothing: usize = memory.data<u32>([DONE]);

// @ts-ignore: decorator
@inline
export function nodeAt(at: usize): Node {
  return changetype<Node>(at); // an unmanaged view of the arena
}

// @ts-ignore: decorator
@inline
function edgeAt(at: usize): Edge {
  return changetype<Edge>(at); // an unmanaged view of the arena
}

/** A new node; null when memory runs out. */
export function newNode(): Node | null {
  const at = take(offsetof<Node>());
  if (!at) return null;
  memory.fill(at, 0, offsetof<Node>());
  nodeAt(at).list = nothing;
  return nodeAt(at);
}

/** Makes a node one that is reached: `item` stands for it in lists. */
export function setReached(node: Node, item: usize): void {
  node.item = item;
  node.itemEnd = DONE;
  node.list = changetype<usize>(node) + offsetof<Node>("item"); // its address
  node.order = DONE;
}

/** Lets one node lead to another. False when memory runs out. */
export function link(from: Node, to: Node): bool {
  const at = take(offsetof<Edge>());
  if (!at) return false;
  edgeAt(at).target = to;
  edgeAt(at).next = from.edge;
  from.edge = at;
  return true;
}

/** A list that grows: where it begins, how far it may go, where `DONE` stands. */
const gathered: usize = memory.data(((<i32>MOST) << 2) + 8, 4);
const gatheredLimit: usize = gathered + (MOST << 2);
let gatheredEnd: usize = 0;

/** Puts a list in. What stands in its place costs a step; what does not is searched for by halves. */
function gather(list: usize): void {
  let low = gathered;
  for (; ; list += 4) {
    const item = load<u32>(list);
    for (let high = load<u32>(low) < item ? gatheredEnd : low; low < high;) {
      const middle = low + (((high - low) >> 3) << 2);
      if (load<u32>(middle) < item) low = middle + 4;
      else high = middle;
    }
    if (item == DONE || low == gatheredLimit) return;
    if (load<u32>(low) == item) continue;
    memory.copy(low + 4, low, gatheredEnd + 4 - low);
    store<u32>(low, item);
    if (gatheredEnd < gatheredLimit) gatheredEnd += 4;
    else store<u32>(gatheredEnd, DONE);
  }
}

/** Gives a node the lists of all that it leads to. False when memory runs out. */
function setList(node: Node): bool {
  let at = node.edge;
  if (!at) return true;
  if (!edgeAt(at).next) {
    node.list = edgeAt(at).target.list; // as most have it
    return true;
  }
  gatheredEnd = gathered;
  store<u32>(gathered, DONE);
  for (; at; at = edgeAt(at).next) gather(edgeAt(at).target.list);
  const bytes = gatheredEnd + 4 - gathered;
  node.list = take(bytes);
  if (!node.list) return false;
  memory.copy(node.list, gathered, bytes);
  return true;
}

/**
 * Finds what a node reaches, and all that it leads to: depth first, without recursion. Nodes that lead to each other
 * reach the same (R. Tarjan's strongly connected components). False when memory runs out.
 */
export function reach(first: Node): bool {
  let node = first;
  let stack: usize = 0;
  let order: u32 = 0;
  if (first.order) return true;
  while (true) {
    if (!node.order) {
      node.order = ++order;
      node.low = order;
      node.next = node.edge;
      node.below = stack;
      stack = changetype<usize>(node); // its address
    }
    if (node.next) {
      const target = edgeAt(node.next).target;
      node.next = edgeAt(node.next).next;
      if (target.order) node.low = min(node.low, target.order);
      else {
        target.above = changetype<usize>(node); // its address
        node = target;
      }
      continue;
    }
    if (!setList(node)) return false;
    if (node.low == node.order) {
      let top: Node;
      do {
        top = nodeAt(stack);
        stack = top.below;
        top.order = DONE;
        top.low = DONE;
        top.list = node.list;
      } while (top != node);
    }
    if (node == first) return true;
    const low = node.low;
    node = nodeAt(node.above);
    node.low = min(node.low, low);
  }
}
