// The pages work without any of this: each module makes one thing quicker or safer.
import "htmx.org";
import "./js/requests.js";
import "./js/counts.js";
import "./js/unfolded.js";
import "./js/tabs.js";
import "./js/forms.js";
import "./js/drafts.js";
import "./js/refresh.js";
import "./js/dialogs.js";
import "./js/list.js";
import "./js/record.js";
import "./js/uploads.js";
import "./js/busy.js";
import "./js/chosen.js";
import "./js/pad.js";
import "./js/combobox.js";
import "./js/links.js";
import "./js/words.js";
import "./js/rows.js";
import "./js/times.js";
import "./js/palette.js";
import "./js/keyboard.js";

document.documentElement.classList.add("js");
