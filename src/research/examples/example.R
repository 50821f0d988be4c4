# People and datasets of this extract, with the package arrow. In its folder: Rscript example.R
library(arrow)

datasets <- c({datasets})
people <- as.data.frame(read_parquet("people.parquet"))

# How many people are in which datasets.
held <- as.matrix(people[paste0("in_", datasets)])
sets <- apply(held, 1, function(row) paste(datasets[row], collapse = " + "))
print(as.data.frame(table(datasets = as.character(sets)), responseName = "people"))

# A row a person: of each dataset the columns of the person's first row. Rows of one person are in
# the order of their content; choose the row that the question asks for.
joined <- people
for (name in datasets) {
  rows <- as.data.frame(read_parquet(paste0(name, ".parquet")))
  first <- rows[!duplicated(rows$person_id), , drop = FALSE]
  own <- names(first) != "person_id"
  names(first)[own] <- paste0(name, ".", names(first)[own])
  joined <- merge(joined, first, by = "person_id", all.x = TRUE)
}
cat(nrow(joined), "people in the joined table\n")
