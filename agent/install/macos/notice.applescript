on run {theTitle, theText}
  display notification theText with title theTitle
end run
