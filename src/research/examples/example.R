# People and datasets of this extract. In its folder: Rscript example.R
# Parquet is read with the package arrow or nanoparquet; without them, the CSV files are, if there
# are any.
read_table <- function(name) {
  parquet <- paste0(name, ".parquet")
  csv <- paste0(name, ".csv")
  if (requireNamespace("arrow", quietly = TRUE)) {
    as.data.frame(arrow::read_parquet(parquet))
  } else if (requireNamespace("nanoparquet", quietly = TRUE)) {
    as.data.frame(nanoparquet::read_parquet(parquet))
  } else if (file.exists(csv)) {
    read.csv(csv, colClasses = "character", na.strings = "", check.names = FALSE, encoding = "UTF-8")
  } else {
    stop("install the package arrow or nanoparquet, or ask for the extract with CSV files")
  }
}

datasets <- c({datasets})
people <- read_table("people")

# How many people are in which datasets. In CSV, true and false are text.
held <- as.matrix(people[paste0("in_", datasets)])
held[] <- held %in% c("TRUE", "true")
sets <- apply(held == "TRUE", 1, function(row) paste(datasets[row], collapse = " + "))
print(as.data.frame(table(datasets = as.character(sets)), responseName = "people"))

# A row a person: of each dataset the columns of the person's first row. Rows of one person are in
# the order of their content; choose the row that the question asks for.
joined <- people
for (name in datasets) {
  rows <- read_table(name)
  first <- rows[!duplicated(rows$person_id), , drop = FALSE]
  own <- names(first) != "person_id"
  names(first)[own] <- paste0(name, ".", names(first)[own])
  joined <- merge(joined, first, by = "person_id", all.x = TRUE)
}
cat(nrow(joined), "people in the joined table\n")
