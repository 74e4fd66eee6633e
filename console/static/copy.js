// Copies a text at one press; without it the text can be selected and copied by hand.
"use strict";

for (const button of document.querySelectorAll("button[data-copy]")) {
  const box = document.getElementById(button.dataset.copy);
  const words = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    box.focus();
    box.select();
    try {
      await navigator.clipboard.writeText(box.value);
    } catch {
      document.execCommand("copy"); // a page that is not served over https has no clipboard
    }
    button.textContent = "Đã chép";
    setTimeout(() => { button.textContent = words; }, 2000);
  });
}
