(() => {
  let gone = false;
  const go = () => {
    if (!gone) {
      gone = true;
      location.replace(document.getElementById("continue").href);
    }
  };
  // The page has loaded when all its frames have, or could not be.
  addEventListener("load", go);
  setTimeout(go, Number(document.body.dataset.seconds) * 1000);
})();
