
(() => {
  "use strict";
  const at = id => document.getElementById(id);
  const said = at("ticket").dataset;
  const made = Number(said.made), ends = Number(said.ends), twelve = said.twelve === "true";
  const loaded = performance.now();
  // The later of two clocks: the device's may be wrong or turned back, the server's is as old as the page.
  const now = () => Math.max(Date.now(), made + performance.now() - loaded);
  const two = number => String(number).padStart(2, "0");
  const plain = moment => {
    const local = new Date(moment + Number(said.offset) * 1000), hour = local.getUTCHours();
    const rest = ":" + two(local.getUTCMinutes()) + ":" + two(local.getUTCSeconds());
    return twelve ? (hour % 12 || 12) + rest + (hour < 12 ? " AM" : " PM") : two(hour) + rest;
  };
  let format = null;
  try {
    format = new Intl.DateTimeFormat(twelve ? "en-US" : "en-GB",
      { timeZone: said.zone, hour: "numeric", minute: "2-digit", second: "2-digit", hour12: twelve });
  } catch (_) { /* An old web view that knows no zones: the offset at the end of the ticket will do. */ }
  const write = (node, text) => { if (node.textContent !== text) node.textContent = text; };
  let timer = 0;
  const tick = () => {
    const moment = now(), seconds = Math.ceil((ends - moment) / 1000);
    if (seconds <= 0) {
      clearInterval(timer);
      for (const gone of document.querySelectorAll(".moves, .facts, .day, .code")) gone.remove();
      at("over").classList.add("now");
      return;
    }
    const hours = Math.floor(seconds / 3600), minutes = Math.floor(seconds / 60) % 60;
    const left = (hours ? hours + ":" + two(minutes) : minutes) + ":" + two(seconds % 60);
    write(at("left"), left);
    at("left").className = left.length > 5 ? "long" : "";
    write(at("now"), format ? format.format(moment) : plain(moment));
  };
  at("count").hidden = false;
  timer = setInterval(tick, 200);
  tick();
  document.addEventListener("visibilitychange", tick);
})();
