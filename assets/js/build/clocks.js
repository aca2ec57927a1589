// Times of day are those of whoever reads.
import { all, clock, onContent } from "../dom.js";

onContent((root) => {
  for (const time of all("time[data-clock]", root)) time.textContent = clock(new Date(time.dateTime));
});
