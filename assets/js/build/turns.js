// Forms that send one edit at a time: what was asked for meanwhile goes out once the answer is on the page.

/** By form, the button that was pressed; empty: an input was changed. */
const next = new Map();

/** Whether a form holds what is still to be sent. */
export const hasTurn = (id) => next.has(id);
export const waitTurn = (id, button) => next.set(id, button || next.get(id) || "");

export function takeTurn(id) {
  if (!next.has(id)) return;
  const button = document.getElementById(next.get(id));
  next.delete(id);
  const form = document.getElementById(id);
  form?.requestSubmit(button?.form === form ? button : undefined);
}
