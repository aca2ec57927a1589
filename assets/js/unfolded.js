// What somebody has unfolded stays so when an answer comes in, where it has a name.
import htmx from "htmx.org";

const isUnfolded = (element) => element.matches("details[id][open]:not([data-menu])");

htmx.registerExtension("unfolded", {
  htmx_before_morph_attr: (element, { attrName, newValue }) =>
    !(attrName === "open" && newValue === null && isUnfolded(element)),
});
