// A pad to sign on: what is drawn goes with the form as a picture. The typed name beside it is enough.
import { on, one } from "./dom.js";

const INK = "#15181e";
let drawing = null;

const at = (canvas, event) => {
  const box = canvas.getBoundingClientRect();
  return [((event.clientX - box.left) / box.width) * canvas.width, ((event.clientY - box.top) / box.height) * canvas.height];
};

on("pointerdown", "[data-pad] canvas", (event, canvas) => {
  event.preventDefault();
  canvas.setPointerCapture(event.pointerId);
  const pen = canvas.getContext("2d");
  Object.assign(pen, { strokeStyle: INK, lineWidth: 2.5, lineCap: "round", lineJoin: "round" });
  pen.beginPath();
  pen.moveTo(...at(canvas, event));
  drawing = pen;
});
on("pointermove", "[data-pad] canvas", (event, canvas) => {
  if (drawing?.canvas !== canvas) return;
  drawing.lineTo(...at(canvas, event));
  drawing.stroke();
});
for (const type of ["pointerup", "pointercancel"]) {
  on(type, "[data-pad] canvas", (_event, canvas) => {
    if (drawing?.canvas !== canvas) return;
    drawing = null;
    canvas.toBlob((picture) => fill(canvas, [new File([picture], "signature.png", { type: "image/png" })]));
  });
}
on("click", "[data-pad-clear]", (_event, button) => {
  const canvas = one("canvas", button.closest("[data-pad]"));
  canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height);
  fill(canvas, []);
});

/** Puts what was drawn into the form's file input, as if it had been chosen. */
function fill(canvas, files) {
  const input = document.getElementById(canvas.closest("[data-pad]").dataset.pad);
  const chosen = new DataTransfer();
  for (const file of files) chosen.items.add(file);
  input.files = chosen.files;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}
