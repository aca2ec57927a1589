// The builder's pages alone load this: edits that are queued, what others do, the text editor.
import { one } from "./js/dom.js";
import "./js/build/queue.js";
import "./js/build/poll.js";
import "./js/build/clocks.js";
import "./js/build/logic.js";
import "./js/build/order.js";
import "./js/build/grid.js";
import "./js/build/steps.js";

if (one("[data-spec-editor]")) import("./js/build/text.js");
if (one("[data-formula-editor]")) import("./js/build/formula.js");
if (one("[data-editor]")) {
  import("./js/build/canvas.js");
  import("./js/build/moving.js");
  import("./js/build/dragging.js");
}
